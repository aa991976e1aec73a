/** The whole number from 0 to `most` that is nearest to what was typed; 0 for what is no number. */
export function whole(text: string, most: number): number {
  const value = Math.round(Number(text))
  return Number.isFinite(value) ? Math.min(Math.max(value, 0), most) : 0
}
