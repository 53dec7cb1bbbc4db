/** A long list in the page's own scroll: only what is near the window is in the document; short lists stay whole, so that the browser's search finds all. */
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useLayoutEffect, useRef, useState, type ReactNode } from 'react';

interface Props<T> {
  readonly items: readonly T[];
  readonly keyOf: (item: T) => string;
  /** Pixels. */
  readonly estimatedHeight: number;
  readonly render: (item: T) => ReactNode;
}

const WHOLE = 60;

export function VirtualList<T>(props: Props<T>) {
  if (props.items.length > WHOLE) return <Windowed {...props} />;
  return (
    <ol className="list">
      {props.items.map((item) => (
        <li key={props.keyOf(item)}>{props.render(item)}</li>
      ))}
    </ol>
  );
}

function Windowed<T>({ items, keyOf, estimatedHeight, render }: Props<T>) {
  const list = useRef<HTMLOListElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => setTop((list.current?.getBoundingClientRect().top ?? 0) + scrollY), []);
  const virtual = useWindowVirtualizer({
    count: items.length,
    estimateSize: () => estimatedHeight,
    overscan: 6,
    scrollMargin: top,
    gap: 16,
    getItemKey: (index) => keyOf(items[index]!),
  });
  return (
    <ol className="list windowed" ref={list} style={{ height: virtual.getTotalSize() }}>
      {virtual.getVirtualItems().map((row) => (
        <li
          key={row.key}
          ref={virtual.measureElement}
          data-index={row.index}
          aria-setsize={items.length}
          aria-posinset={row.index + 1}
          style={{ transform: `translateY(${row.start - top}px)` }}
        >
          {render(items[row.index]!)}
        </li>
      ))}
    </ol>
  );
}
