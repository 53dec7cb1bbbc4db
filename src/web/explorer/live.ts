/** New blocks as they are made, over server-sent events; the browser reconnects by itself. */
import { useEffect, useState } from 'react';
import type { BlockSummary } from '../../contract/explorer.ts';

export interface Live {
  readonly connected: boolean;
  /** Newest first, at most `keep`. */
  readonly blocks: readonly BlockSummary[];
}

export function useLiveBlocks(keep: number): Live {
  const [live, setLive] = useState<Live>({ connected: false, blocks: [] });
  useEffect(() => {
    const source = new EventSource('/explorer/api/live');
    source.onopen = () => setLive((before) => ({ ...before, connected: true }));
    source.onerror = () => setLive((before) => ({ ...before, connected: false }));
    source.addEventListener('block', (event) => {
      const block = JSON.parse((event as MessageEvent<string>).data) as BlockSummary;
      setLive((before) => ({ connected: true, blocks: [block, ...before.blocks.filter(({ height }) => height !== block.height)].slice(0, keep) }));
    });
    return () => source.close();
  }, [keep]);
  return live;
}
