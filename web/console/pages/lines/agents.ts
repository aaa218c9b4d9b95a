import { api, ask, type Schemas } from '../../api/client.ts';
import { useFollowed } from '../../api/follow.ts';
import { useRead } from '../../api/query.ts';

export type Agent = Schemas['AiAgent'];

export function useAgents(): { agents: Agent[]; options: (readonly [string, string])[] } {
  const read = useRead(
    'agents',
    async (signal) => (await ask(api.GET('/ai_agents', { params: { query: { page_size: 100 } }, signal }))).ai_agents,
  );
  useFollowed(['ai_agent.'], read.refresh);
  const agents = read.data ?? [];
  return { agents, options: [['', 'Nobody'], ...agents.map((agent) => [agent.agent_id, agent.agent_name] as const)] };
}
