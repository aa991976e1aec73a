/**
 * Corners of a line through `values` in a box of `width` × `height`, newest at the right edge, `slots` apart from left
 * to right. A value that is unknown makes a gap: the line is one part before it and another behind it.
 */
export function linesThrough(
  values: readonly (number | null)[],
  { width, height, slots }: { width: number; height: number; slots: number },
): string[] {
  const highest = Math.max(1, ...values.map((value) => value ?? 0))
  const step = width / Math.max(1, slots - 1)
  const lines: string[][] = [[]]
  values.slice(-slots).forEach((value, index, shown) => {
    if (value === null) {
      lines.push([])
      return
    }
    const x = width - (shown.length - 1 - index) * step
    const y = height - (value / highest) * height
    lines.at(-1)?.push(`${x.toFixed(1)},${y.toFixed(1)}`)
  })
  return lines.filter((line) => line.length > 1).map((line) => line.join(' '))
}
