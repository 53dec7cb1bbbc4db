/** A page: the one question it answers in its heading, the answer in the first line. Takes the focus when one arrives by a link. */
import { useLocation } from '@tanstack/react-router';
import { useEffect, useRef, type ReactNode } from 'react';

export function Page({
  title,
  lead,
  actions,
  children,
}: {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly actions?: ReactNode;
  readonly children?: ReactNode;
}) {
  const steps = useLocation({ select: (location) => location.state.__TSR_index });
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // On the first load the browser's own start position is right; afterwards the new page must be announced.
    if (steps > 0 && document.querySelector('dialog[open]') === null) heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <>
      <title>{`${title} · Careledger`}</title>
      <div className="page-head">
        <div>
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {lead !== undefined && <div className="lead">{lead}</div>}
        </div>
        {actions !== undefined && <div className="page-actions">{actions}</div>}
      </div>
      {children}
    </>
  );
}
