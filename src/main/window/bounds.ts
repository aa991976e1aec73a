export interface Bounds {
  x: number
  y: number
  width: number
  height: number
}

/** How much of a window must be on some display for the user to be able to drag it. */
const GRIP = 80

/** Saved bounds, unless the display they were on is gone: null then, for the default place. */
export function visibleBounds(saved: Bounds | null, displays: readonly Bounds[]): Bounds | null {
  if (!saved) return null
  const reachable = displays.some(
    (display) =>
      saved.x + saved.width >= display.x + GRIP &&
      saved.x <= display.x + display.width - GRIP &&
      saved.y >= display.y &&
      saved.y <= display.y + display.height - GRIP,
  )
  return reachable ? saved : null
}
