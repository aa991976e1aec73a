export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** One line of the engine's log: a sentence, and the values it is about. */
export interface LogLine {
  level: LogLevel
  atMs: number
  brokerId: number | null
  message: string
  fields: Record<string, unknown>
}

export interface Logger {
  debug(message: string, fields?: Record<string, unknown>): void
  info(message: string, fields?: Record<string, unknown>): void
  warn(message: string, fields?: Record<string, unknown>): void
  error(message: string, fields?: Record<string, unknown>): void
}

/** A logger which hands each line to `write`; where lines end up is the caller's business. */
export function createLogger(brokerId: number | null, write: (line: LogLine) => void): Logger {
  const at =
    (level: LogLevel) =>
    (message: string, fields: Record<string, unknown> = {}) =>
      write({ level, atMs: Date.now(), brokerId, message, fields })
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}
