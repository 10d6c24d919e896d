import { Fault, Frame } from "./frame";
import { explain, t } from "./texts";

export function Unreached({ failure, retry }: { failure: unknown; retry: () => void }) {
  return (
    <Frame title={t("start")}>
      <section class="card">
        <Fault text={explain(failure)} />
        <button type="button" class="primary" onClick={retry}>
          {t("retry")}
        </button>
      </section>
    </Frame>
  );
}
