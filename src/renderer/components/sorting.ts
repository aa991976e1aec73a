/** By what the rows of a table are sorted. */
export interface Sorting<Column extends string> {
  column: Column
  descending: boolean
}

/** Names begin with the first, figures with the greatest; asked again, a column turns around. */
export function sortedBy<Column extends string>(
  { column: before, descending }: Sorting<Column>,
  column: Column,
  isName: boolean,
): Sorting<Column> {
  return { column, descending: before === column ? !descending : !isName }
}
