// Light, dark, or as the system has it. The choice is kept in the browser; public/theme.js applies it before the first paint.
import { useState } from 'preact/hooks';

export type Theme = 'system' | 'light' | 'dark';

function current(): Theme {
  const kept = localStorage.getItem('theme');
  return kept === 'light' || kept === 'dark' ? kept : 'system';
}

export function setTheme(theme: Theme): void {
  if (theme === 'system') {
    localStorage.removeItem('theme');
    delete document.documentElement.dataset.theme;
  } else {
    localStorage.setItem('theme', theme);
    document.documentElement.dataset.theme = theme;
  }
}

export function isDark(): boolean {
  const theme = current();
  return theme === 'dark' || (theme === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
}

export function useTheme(): [Theme, (theme: Theme) => void] {
  const [theme, set] = useState(current);
  return [
    theme,
    (next) => {
      setTheme(next);
      set(next);
    },
  ];
}
