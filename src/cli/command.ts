/** What a command may touch of the process it runs in. */
export interface Terminal {
  out(text: string): void
  err(text: string): void
}

/** The exit codes of `ottla`, as told in its help. */
export const ExitCode = { ok: 0, failure: 1, usage: 2, notRunning: 3 } as const

export interface Command {
  /** What `ottla help <command>` prints. */
  help: string
  /** Resolves to the exit code. Rejects with UsageError or ClusterError for what is told in a sentence. */
  run(args: string[], terminal: Terminal): Promise<number>
}

/** The command line itself is wrong. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'UsageError'
  }
}
