/** Resolves with the value once it is there; throws after `within` milliseconds. */
export async function eventually<T>(look: () => Promise<T | undefined | false>, within = 5000): Promise<T> {
  const end = Date.now() + within;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`not within ${within} ms`);
    await new Promise((done) => setTimeout(done, 15));
  }
}
