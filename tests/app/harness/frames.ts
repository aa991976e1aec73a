import type { JSHandle, Page } from '@playwright/test'

export interface Frames {
  count: number
  longestMs: number
}

interface Recorder extends Frames {
  isOver: boolean
}

/** How often a window drew from now on, and the longest it did not. */
export class FrameRecorder {
  readonly #recorder: JSHandle<Recorder>

  private constructor(recorder: JSHandle<Recorder>) {
    this.#recorder = recorder
  }

  static async start(page: Page): Promise<FrameRecorder> {
    const recorder = await page.evaluateHandle(() => {
      const recorder = { count: 0, longestMs: 0, isOver: false }
      let lastMs = performance.now()
      const frame = (atMs: number) => {
        recorder.count += 1
        recorder.longestMs = Math.max(recorder.longestMs, atMs - lastMs)
        lastMs = atMs
        if (!recorder.isOver) requestAnimationFrame(frame)
      }
      requestAnimationFrame(frame)
      return recorder
    })
    return new FrameRecorder(recorder)
  }

  stop(): Promise<Frames> {
    return this.#recorder.evaluate((recorder) => {
      recorder.isOver = true
      return { count: recorder.count, longestMs: recorder.longestMs }
    })
  }
}
