/** `SQLITE_FULL`, `ENOSPC` and their like; the empty string for errors that have no code. */
export function systemCodeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : ''
}
