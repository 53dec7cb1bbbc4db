/** What measurements need of `runtime.mjs`, typed: they run with what the product runs with. */
export const organisationFlags: readonly string[];
export function serverEnvironment(): Readonly<Record<string, string | undefined>>;
