import type { ReactNode } from 'react';
import { Icon, type IconName } from './icon.tsx';

interface Props {
  readonly kind?: 'plain' | 'primary' | 'danger';
  readonly small?: boolean;
  readonly icon?: IconName;
  /** At work: it keeps its place and its focus, and does nothing when pressed again. */
  readonly busy?: boolean;
  readonly submit?: boolean;
  readonly onPress?: () => void;
  readonly children: ReactNode;
  readonly label?: string;
}

export function Button({ kind = 'plain', small, icon, busy, submit, onPress, children, label }: Props) {
  return (
    <button
      type={submit === true ? 'submit' : 'button'}
      className={`button ${kind} ${small === true ? 'small' : ''}`}
      aria-disabled={busy === true ? true : undefined}
      aria-label={label}
      onClick={(event) => {
        if (busy === true) event.preventDefault();
        else onPress?.();
      }}
    >
      {icon !== undefined && <Icon name={icon} size={18} />}
      {children}
    </button>
  );
}
