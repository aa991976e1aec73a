import type { Database, Statement } from './database.ts'

/**
 * Prepared statements by their text. For tables all partitions share: preparing costs more than running, and opening
 * a broker with hundreds of partitions asks each the same.
 */
export class StatementCache {
  readonly #database: Database
  readonly #statements = new Map<string, Statement>()
  readonly #plucking = new Map<string, Statement>()

  constructor(database: Database) {
    this.#database = database
  }

  /** Rows as objects. */
  get<Row>(sql: string): Statement<unknown[], Row> {
    const known = this.#statements.get(sql)
    if (known !== undefined) return known as Statement<unknown[], Row>
    const statement = this.#database.prepare<unknown[], Row>(sql)
    this.#statements.set(sql, statement as Statement)
    return statement
  }

  /** The first column of each row. */
  pluck<Value>(sql: string): Statement<unknown[], Value> {
    const known = this.#plucking.get(sql)
    if (known !== undefined) return known as Statement<unknown[], Value>
    const statement = this.#database.prepare<unknown[], Value>(sql).pluck()
    this.#plucking.set(sql, statement as Statement)
    return statement
  }
}
