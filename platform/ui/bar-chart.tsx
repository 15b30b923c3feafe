import { useId } from 'react';
import { useFormat, useText } from './text.tsx';

/** One bar. */
export interface Bar {
  /** Below the bar and in the table: a day, a name. No two bars have the same. */
  readonly label: string;
  readonly value: number;
}

export interface BarChartProps {
  readonly title: string;
  /** What the picture shows, in one sentence: "42 leads in 14 days, most on Tuesday". */
  readonly summary: string;
  readonly bars: readonly Bar[];
  /** Heading of the table's first and second column. */
  readonly labelHeader: string;
  readonly valueHeader: string;
  readonly format?: (value: number) => string;
}

const HEIGHT = 168;
const FOOT = 24;
const HEAD = 18;

/** The next round number at or above a value: the top line of the chart. */
export function niceTop(value: number): number {
  if (value <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 3, 4, 6, 8, 10].map((step) => step * power).find((top) => top >= value) ?? value;
}

/** Bars as an SVG from the server, with a title, a sentence, and the same figures as a table. No script. */
export function BarChart({ title, summary, bars, labelHeader, valueHeader, format: own }: BarChartProps) {
  const t = useText();
  const format = useFormat();
  const say = own ?? ((value: number) => format.number(value));
  const id = useId();
  return (
    <figure className="ui-chart" aria-labelledby={`${id}-title`}>
      <figcaption>
        <h3 id={`${id}-title`}>{title}</h3>
        <p className="ui-quiet" id={`${id}-summary`}>
          {summary}
        </p>
      </figcaption>
      <Plot bars={bars} say={say} labelledBy={`${id}-title ${id}-summary`} />
      <details className="ui-chart-table">
        <summary>{t('ui.chart.table')}</summary>
        <table className="ui-table">
          <caption className="ui-hidden">{title}</caption>
          <thead>
            <tr>
              <th scope="col">{labelHeader}</th>
              <th scope="col" className="ui-end">
                {valueHeader}
              </th>
            </tr>
          </thead>
          <tbody>
            {bars.map((bar) => (
              <tr key={bar.label}>
                <td data-label={labelHeader} className="ui-lead">
                  {bar.label}
                </td>
                <td data-label={valueHeader} className="ui-end ui-num">
                  {say(bar.value)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}

/** Widths are shares of the picture and heights are pixels, so that text keeps its size on a phone and on a wide page. */
function Plot({ bars, say, labelledBy }: { readonly bars: readonly Bar[]; readonly say: (value: number) => string; readonly labelledBy: string }) {
  const top = niceTop(Math.max(0, ...bars.map((bar) => bar.value)));
  const room = HEIGHT - FOOT - HEAD;
  const base = HEIGHT - FOOT;
  const slot = 100 / Math.max(1, bars.length);
  const width = Math.min(6, slot * 0.62);
  // Labels stay legible on a phone: six at most, the last one always.
  const every = Math.ceil(bars.length / 6);
  return (
    <svg width="100%" height={HEIGHT} role="img" aria-labelledby={labelledBy} className="ui-plot">
      {[0, 0.5, 1].map((share) => (
        <line key={share} x1="0" x2="100%" y1={base - room * share} y2={base - room * share} className="ui-plot-line" />
      ))}
      <text x="0" y={HEAD - 6} className="ui-plot-text">
        {say(top)}
      </text>
      {bars.map((bar, index) => {
        const height = (Math.max(0, bar.value) / top) * room;
        const middle = slot * (index + 0.5);
        return (
          <g key={bar.label}>
            <rect x={`${middle - width / 2}%`} y={base - height} width={`${width}%`} height={height} rx="3" className="ui-plot-bar">
              <title>{`${bar.label}: ${say(bar.value)}`}</title>
            </rect>
            {(bars.length - 1 - index) % every === 0 && (
              <text x={`${middle}%`} y={HEIGHT - 6} textAnchor="middle" className="ui-plot-text">
                {bar.label}
              </text>
            )}
          </g>
        );
      })}
    </svg>
  );
}
