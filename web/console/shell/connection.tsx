import { useEffect, useState } from 'preact/hooks';
import { useConnection } from '../api/stream.ts';
import { Icon } from '../design/icons.tsx';

const patienceMs = 1_500;

// Said only where it lasts: a connection that is back within a second is nobody's business.
export function ConnectionStrip() {
  const connection = useConnection();
  const [said, setSaid] = useState(false);
  useEffect(() => {
    if (connection !== 'cut') {
      setSaid(false);
      return;
    }
    const timer = setTimeout(() => setSaid(true), patienceMs);
    return () => clearTimeout(timer);
  }, [connection]);
  return (
    <div class="connection" role="status">
      {said && (
        <p>
          <Icon name="info" />
          Not connected. What you see may be old; it catches up by itself.
        </p>
      )}
    </div>
  );
}
