// The chart itself: only the parts of ECharts we use. Zero baseline, direct labels, target as a line, 万 and 亿.
import { BarChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { word } from "./web";

echarts.use([BarChart, LineChart, GridComponent, TooltipComponent, MarkLineComponent, AriaComponent, CanvasRenderer]);

export interface Spec {
  kind: "bar" | "line" | "bars";
  title: string;
  labels: string[];
  series: { name: string; values: (number | null)[]; urls: string[] }[];
  unit: string;
  target: number | null;
  target_label: string;
}

export interface Drawn {
  dispose(): void;
}

export function draw(canvas: HTMLElement, spec: Spec): Drawn {
  const chart = echarts.init(canvas, null, { renderer: "canvas" });
  chart.setOption(options(spec));
  const resized = new ResizeObserver(() => chart.resize());
  resized.observe(canvas);
  chart.on("click", ({ seriesIndex, dataIndex }) => {
    const url = spec.series[seriesIndex ?? 0]?.urls[dataIndex];
    if (url) document.dispatchEvent(new CustomEvent("suhui:visit", { detail: { url } }));
  });
  return {
    dispose: () => {
      resized.disconnect();
      chart.dispose();
    },
  };
}

function options(spec: Spec): echarts.EChartsCoreOption {
  const colour = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const text = { color: colour("--text-2"), fontFamily: "inherit", fontSize: 12 };
  const palette = ["--accent", "--blue", "--amber", "--grey", "--green", "--red"].map(colour);
  const lying = spec.kind === "bars";
  const named = {
    type: "category",
    data: spec.labels,
    inverse: lying,
    axisLabel: { ...text, width: lying ? 120 : 90, overflow: "truncate" },
    axisLine: { lineStyle: { color: colour("--line-strong") } },
    axisTick: { show: false },
  };
  const measured = {
    type: "value",
    min: spec.kind === "line" ? undefined : 0,
    scale: spec.kind === "line",
    splitNumber: 4,
    axisLabel: { ...text, formatter: (value: number) => short(value) + spec.unit },
    splitLine: { lineStyle: { color: colour("--line") } },
  };
  return {
    animation: false,
    aria: { enabled: true, label: { description: spec.title } },
    color: palette,
    grid: { left: 8, right: spec.kind === "line" ? 72 : 32, top: 24, bottom: 4, containLabel: true },
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      confine: true,
      backgroundColor: colour("--surface"),
      borderColor: colour("--line"),
      textStyle: { ...text, color: colour("--text") },
      valueFormatter: (value: number | null) => (value === null ? "—" : `${value}${spec.unit}`),
    },
    xAxis: lying ? measured : named,
    yAxis: lying ? named : measured,
    series: spec.series.map((series, n) => ({
      name: series.name,
      type: spec.kind === "line" ? "line" : "bar",
      data: series.values,
      barMaxWidth: 28,
      symbolSize: 5,
      lineStyle: { width: 2 },
      emphasis: { disabled: true },
      label: {
        show: spec.kind !== "line" && spec.series.length < 3,
        position: lying ? "right" : "top",
        ...text,
        formatter: ({ value }: { value: number }) => short(value) + spec.unit,
      },
      endLabel: { show: spec.kind === "line", ...text, color: palette[n], formatter: series.name },
      markLine: n === 0 && spec.target !== null ? target(spec, colour) : undefined,
    })),
  };
}

function target(spec: Spec, colour: (name: string) => string): object {
  const line = spec.kind === "bars" ? { xAxis: spec.target } : { yAxis: spec.target };
  return {
    silent: true,
    symbol: "none",
    data: [line],
    lineStyle: { color: colour("--red"), type: "dashed" },
    label: {
      formatter: `${spec.target_label} ${spec.target}${spec.unit}`,
      color: colour("--red-text"),
      position: "insideStartTop",
    },
  };
}

/** 12345 → 1.2万 where the language counts so; `count_units` is "10000:万 100000000:亿". */
function short(value: number): string {
  const units = word("count_units")
    .split(" ")
    .map((unit) => unit.split(":"))
    .sort((a, b) => Number(b[0]) - Number(a[0]));
  const [size, name] = units.find(([least]) => Math.abs(value) >= Number(least || Infinity)) ?? [];
  return size && Number(size) >= 1000 ? Math.round((value / Number(size)) * 10) / 10 + (name ?? "") : String(value);
}
