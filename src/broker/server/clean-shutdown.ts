import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const NAME = 'clean-shutdown.json'
const UNCLEAN = -1

/**
 * Says that a broker's last end was a clean one, and in which epoch (KIP-966): only then may the controller trust that
 * its log has everything it had acknowledged.
 */
export class CleanShutdownFile {
  readonly #path: string

  constructor(directory: string) {
    this.#path = join(directory, NAME)
  }

  /** The broker epoch of the last, clean, run, or -1. From now on the shutdown counts as unclean. */
  take(): number {
    const brokerEpoch = this.#read()
    rmSync(this.#path, { force: true })
    return brokerEpoch
  }

  write(brokerEpoch: number): void {
    writeFileSync(this.#path, `${JSON.stringify({ brokerEpoch })}\n`)
  }

  #read(): number {
    try {
      const { brokerEpoch } = JSON.parse(readFileSync(this.#path, 'utf8')) as { brokerEpoch?: unknown }
      return typeof brokerEpoch === 'number' ? brokerEpoch : UNCLEAN
    } catch {
      // Not there, or cut short by a crash: either way nothing vouches for the log.
      return UNCLEAN
    }
  }
}
