/** Where the points of a trend and its reference range lie in a drawing of the given size (pixels, y downwards). */
export interface Drawing {
  readonly points: readonly { readonly x: number; readonly y: number }[];
  readonly band: { readonly top: number; readonly bottom: number } | undefined;
}

export function pointsOf(
  values: readonly { readonly when: string; readonly number: number }[],
  range: { readonly low?: number; readonly high?: number },
  width: number,
  height: number,
  margin: number,
): Drawing {
  const times = values.map(({ when }) => Date.parse(when));
  const numbers = values.map(({ number }) => number);
  const bounds = [...numbers, ...[range.low, range.high].filter((bound) => bound !== undefined)];
  const [least, most] = [Math.min(...bounds), Math.max(...bounds)];
  const [start, end] = [Math.min(...times), Math.max(...times)];
  const round = (pixels: number): number => Math.round(pixels * 10) / 10;
  const x = (time: number): number => round(end === start ? width / 2 : margin + ((time - start) / (end - start)) * (width - 2 * margin));
  // A flat line stands in the middle.
  const y = (number: number): number =>
    round(most === least ? height / 2 : height - margin - ((number - least) / (most - least)) * (height - 2 * margin));
  const band =
    range.low === undefined && range.high === undefined
      ? undefined
      : { top: range.high === undefined ? 0 : y(range.high), bottom: range.low === undefined ? height : y(range.low) };
  return { points: values.map(({ number }, index) => ({ x: x(times[index]!), y: y(number) })), band };
}
