/** Prometheus text format 0.0.4. */
export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: 'gauge' | 'counter';
  readonly values: readonly { readonly labels?: Readonly<Record<string, string>>; readonly value: number }[];
}

const escape = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');

const labelsOf = (labels: Readonly<Record<string, string>> | undefined): string => {
  const parts = Object.entries(labels ?? {}).map(([name, value]) => `${name}="${escape(value)}"`);
  return parts.length === 0 ? '' : `{${parts.join(',')}}`;
};

export const metricsText = (metrics: readonly Metric[]): string =>
  metrics
    .map(({ name, help, type, values }) =>
      [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...values.map(({ labels, value }) => `${name}${labelsOf(labels)} ${value}`)].join('\n'),
    )
    .join('\n')
    .concat('\n');
