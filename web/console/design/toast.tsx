import { useEffect, useState } from 'preact/hooks';
import { Button } from './controls.tsx';

interface Said {
  id: number;
  text: string;
  action?: string;
  run?: () => void;
}

const shownFor = 6000;
let latest = 0;
let listener: ((said: Said) => void) | undefined;

// What was done, said once at the foot of the page; with `run`, a way back.
export function say(text: string, action?: string, run?: () => void): void {
  listener?.({ id: ++latest, text, action, run });
}

export function Toasts() {
  const [said, setSaid] = useState<Said[]>([]);
  useEffect(() => {
    listener = (one) => {
      setSaid((all) => [...all.slice(-2), one]);
      setTimeout(() => setSaid((all) => all.filter((each) => each.id !== one.id)), shownFor);
    };
    return () => {
      listener = undefined;
    };
  }, []);
  const drop = (id: number) => setSaid((all) => all.filter((each) => each.id !== id));
  return (
    <div class="toasts" role="status" aria-live="polite">
      {said.map((one) => (
        <div class="toast" key={one.id}>
          <span>{one.text}</span>
          {one.action && (
            <Button
              small
              onClick={() => {
                one.run?.();
                drop(one.id);
              }}>
              {one.action}
            </Button>
          )}
        </div>
      ))}
    </div>
  );
}
