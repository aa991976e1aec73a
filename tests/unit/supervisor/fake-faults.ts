import { checkFaultSpec } from '../../../src/broker/supervisor/faults/check.ts'
import type { SteeredFaults } from '../../../src/broker/supervisor/control-server.ts'
import { describeFault } from '../../../src/broker/supervisor/faults/describe.ts'
import type { Fault } from '../../../src/broker/supervisor/faults/fault.ts'

/** Faults that are kept and listed, and hurt nobody. */
export class FakeFaults implements SteeredFaults {
  readonly #faults: Fault[] = []
  #lastId = 0

  list(): Fault[] {
    return [...this.#faults]
  }

  apply(value: unknown): Promise<Fault> {
    const spec = checkFaultSpec(value)
    const fault = {
      id: ++this.#lastId,
      spec,
      description: describeFault(spec),
      createdAtMs: 1_700_000_002_000,
      matched: 0,
      acted: 0,
    }
    this.#faults.push(fault)
    return Promise.resolve(fault)
  }

  remove(id: number): Promise<void> {
    this.#faults.splice(0, this.#faults.length, ...this.#faults.filter((fault) => fault.id !== id))
    return Promise.resolve()
  }

  clear(): Promise<number> {
    return Promise.resolve(this.#faults.splice(0).length)
  }
}
