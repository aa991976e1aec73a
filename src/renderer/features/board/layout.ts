/** Lines of the board are all equally high; columns of brokers share what the first one leaves. */
export const ROW_PX = 36
export const FIRST_PX = 212
export const COLUMN_PX = 120

export function columnsStyle(brokers: number) {
  return {
    gridTemplateColumns: `${FIRST_PX}px repeat(${brokers}, minmax(0, 1fr))`,
    minWidth: `${FIRST_PX + brokers * COLUMN_PX}px`,
  }
}

/** Where the middle of a broker's column is; of the first column for clients, who have none. */
export function middleOf(column: number | null, brokers: number): string {
  if (column === null) return `${FIRST_PX / 2}px`
  return `calc(${FIRST_PX}px + (100% - ${FIRST_PX}px) * ${(column + 0.5) / brokers})`
}
