import type { Ottla } from './ottla.ts'
import { otherProgram } from './ports.ts'
import { expect } from './test.ts'

const BROKERS = 3
/** Far from where other programs listen by habit. */
const FIRST = 21_000
const LAST = 29_000

/** Creates a cluster on ports nobody uses, so that a test runs beside whatever else this machine runs. */
export async function runCluster(ottla: Ottla): Promise<string> {
  await ottla.create.firstPort.fill(String(await freePorts()))
  await ottla.create.submit.click()
  await expect(ottla.overview.state).toHaveText('Running')
  return ottla.overview.servers()
}

/** The first of as many free ports in a row as there are brokers. */
async function freePorts(): Promise<number> {
  const first = FIRST + Math.floor(Math.random() * (LAST - FIRST))
  const held = await Promise.allSettled(
    Array.from({ length: BROKERS }, (_, index) => otherProgram(first + index)),
  )
  const programs = held.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
  await Promise.all(programs.map((program) => program.end()))
  return programs.length === BROKERS ? first : freePorts()
}
