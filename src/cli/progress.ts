/** A progress bar on a terminal, a line now and then elsewhere. */

export interface Progress {
  advance(by: number, label: string): void;
  end(): void;
}

const WIDTH = 30;
const LINE_EVERY_MS = 5000;

export function progressBar(total: number, unit: string): Progress {
  const terminal = process.stderr.isTTY === true;
  let done = 0;
  let last = performance.now();
  return {
    advance(by, label) {
      done += by;
      if (terminal) {
        const filled = total === 0 ? WIDTH : Math.round((done / total) * WIDTH);
        process.stderr.write(`\r[${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}] ${done}/${total} ${unit}  ${label.slice(0, 40).padEnd(40)}`);
      } else if (performance.now() - last > LINE_EVERY_MS) {
        last = performance.now();
        process.stderr.write(`${done} of ${total} ${unit}\n`);
      }
    },
    end() {
      if (terminal) process.stderr.write(`\r${' '.repeat(WIDTH + 70)}\r`);
    },
  };
}
