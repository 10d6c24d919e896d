import { money, number } from "../lib/format";
import { change, quantity } from "../lib/units";
import { type Variance, worthOf } from "./count";
import { t } from "./texts";

/** Counted quantities compared with recorded ones. */
export function VarianceList({ variances }: { variances: readonly Variance[] }) {
  return (
    <>
      <Sum variances={variances} />
      <ul class="variances" aria-label={t("variance")}>
        {variances.map((variance) => (
          <Row key={variance.level.sku} {...variance} />
        ))}
      </ul>
    </>
  );
}

/** The sum in money, and how many differences are missing in it: an incomplete sum must not look complete. */
function Sum({ variances }: { variances: readonly Variance[] }) {
  const { less, more, unpriced } = worthOf(variances);
  if (!less && !more) return null;
  return (
    <p class="variance-sum">
      {less && <span class="less">{t("worth_less", { money: money({ ...less, amount: -less.amount }) })}</span>}
      {more && <span class="more">{t("worth_more", { money: money(more) })}</span>}
      {unpriced > 0 && (
        <span class="muted small">{unpriced === 1 ? t("unpriced_one") : t("unpriced", { n: number(unpriced) })}</span>
      )}
    </p>
  );
}

function Row({ level, seen, counted, delta, value, lateMs, portions }: Variance) {
  return (
    <li>
      <b>{level.name}</b>
      <span class={`number ${delta < 0 ? "less" : "more"}`}>
        {change(delta, level.unit)}
        {value && <span class="muted"> {money({ ...value, amount: Math.abs(value.amount) })}</span>}
      </span>
      <span class="muted small number">
        {t("recorded")} {quantity(seen, level.unit)} → {t("counted")} {quantity(counted, level.unit)}
      </span>
      {lateMs > 0 && <span class="small">{t("count_late", { minutes: number(Math.ceil(lateMs / 60_000)) })}</span>}
      {portions && (
        <span class="small">
          {t(portions.count < 0 ? "portions_less" : "portions_more", {
            n: number(Math.abs(portions.count)),
            name: portions.name,
          })}
        </span>
      )}
    </li>
  );
}
