import { run } from '../../../src/cli/run.ts'

export interface Result {
  code: number
  out: string
  err: string
}

/** Runs the command line in this process, and keeps what it printed. */
export async function ottla(...args: string[]): Promise<Result> {
  const result: Result = { code: -1, out: '', err: '' }
  result.code = await run(args, {
    out: (text) => void (result.out += text),
    err: (text) => void (result.err += text),
  })
  return result
}
