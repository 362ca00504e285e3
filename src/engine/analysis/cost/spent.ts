/** What time on a machine costs, by the prices that the user sets: money by the hour, and energy by watts. */
import type { CostConfig } from '../../protocol/experiment.ts';

export interface Spent {
  readonly seconds: number;
  /** null where the experiment names no watts. */
  readonly kilowattHours: number | null;
  /** In the experiment's currency: the machine by the hour, and the energy where it has a price. null where nothing has one. */
  readonly money: number | null;
}

const SECONDS_PER_HOUR = 3600;
const WATTS_PER_KILOWATT = 1000;

export function spent(seconds: number, { perHour, watts, pricePerKilowattHour }: CostConfig): Spent {
  const hours = seconds / SECONDS_PER_HOUR;
  const kilowattHours = watts === undefined ? null : (hours * watts) / WATTS_PER_KILOWATT;
  const energy =
    kilowattHours === null || pricePerKilowattHour === undefined ? null : kilowattHours * pricePerKilowattHour;
  const machine = perHour === undefined ? null : hours * perHour;
  const money = machine === null && energy === null ? null : (machine ?? 0) + (energy ?? 0);
  return { seconds, kilowattHours, money };
}
