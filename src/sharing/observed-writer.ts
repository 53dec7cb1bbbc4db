/** A writer that tells others, after a unit is durable, what was written: how updates find their way to copies. */
import type { Unit, Written } from '../records/model.ts';
import type { RecordWriter } from '../records/ports.ts';

export type AppendListener = (unit: Unit, written: Written) => void;

export interface ObservedWriter extends RecordWriter {
  /** Listeners must return at once; what they throw is nobody's. */
  onAppended(listener: AppendListener): void;
}

export function observedWriter(writer: RecordWriter): ObservedWriter {
  const listeners: AppendListener[] = [];
  return {
    async append(unit) {
      const result = await writer.append(unit);
      if (result.ok) {
        for (const listener of listeners) {
          try {
            listener(unit, result.value);
          } catch {
            // The unit is durable: whatever a listener makes of it can't undo that. The sweep finds what it missed.
          }
        }
      }
      return result;
    },
    onAppended(listener) {
      listeners.push(listener);
    },
  };
}
