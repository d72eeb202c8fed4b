"""The verb that polls: probe."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from warroom.config.settings import Probe
from warroom.console.cli.boundary import Exit, Stop
from warroom.console.cli.room import Options, pass_options
from warroom.console.domain.text import clean
from warroom.console.domain.watch.figure import written
from warroom.console.domain.watch.verdict import Sample, Status, worst

if TYPE_CHECKING:
    from warroom.console.monitor.place import Place


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME …]")
@click.option("--once", is_flag=True, help="One reading of each, then end.")
@click.option("--json", "as_json", is_flag=True, help="As JSON; without --once one sample a line.")
@click.option("--url", metavar="U", help="Probe this address, without configuration.")
@click.option("-e", "--expect", "conditions", multiple=True, metavar="CONDITION", help="What must hold, with --url.")
@pass_options
def probe(
    options: Options,
    names: tuple[str, ...],
    once: bool,
    as_json: bool,
    url: str | None,
    conditions: tuple[str, ...],
) -> int:
    """Poll what is configured, or one address.

    Ends with 0 where all is ok, 1 where something is failing, 3 where something is unknown.
    """
    if conditions and not url:
        raise click.UsageError("-e goes with --url")
    probes = _ad_hoc(url, conditions) if url else _chosen(options, names)
    from warroom.console.engine.place import place_of

    # An address alone needs no configuration, and runs no command.
    place = None if url else place_of(options.settings)
    canaries = () if url else options.settings.watch.canaries
    if once:
        return _once(probes, as_json, place, canaries)
    import asyncio

    try:
        asyncio.run(_watch(probes, as_json, place, canaries))
    except KeyboardInterrupt:
        return 130
    return Exit.OK


def _ad_hoc(url: str, conditions: Sequence[str]) -> tuple[Probe, ...]:
    from warroom.console.monitor.check import check_probe
    from warroom.console.monitor.once import ad_hoc

    made = ad_hoc(url, conditions)
    problems = check_probe(made)
    if problems:
        raise click.UsageError("; ".join(f"{key}: {problem}" for key, problem in problems))
    return (made,)


def _chosen(options: Options, names: Sequence[str]) -> tuple[Probe, ...]:
    known = {probe.name: probe for probe in options.settings.probe}
    for name in names:
        if name not in known:
            raise Stop(Exit.USAGE, f"warroom: there is no probe {name!r}", f"known: {', '.join(known) or 'none'}")
    chosen = tuple(known[name] for name in names) if names else tuple(known.values())
    if not chosen:
        raise Stop(
            Exit.USAGE, "warroom: no probe is configured", "try: warroom probe --url https://… -e '[STATUS] == 200'"
        )
    return chosen


def _once(probes: Sequence[Probe], as_json: bool, place: "Place | None", canaries: Sequence[str]) -> int:
    import asyncio

    from warroom.console.monitor.once import probe_once, to_json
    from warroom.console.monitor.own_network import OwnNetwork

    samples = asyncio.run(probe_once(probes, place=place, network=OwnNetwork(probes, canaries)))
    if as_json:
        import json

        shapes = [to_json(sample, probe.kind) for probe, sample in zip(probes, samples, strict=True)]
        click.echo(json.dumps(shapes, indent=2, ensure_ascii=True))
    else:
        for sample in samples:
            click.echo(_line(sample))
            for detail in sample.details:
                click.echo(f"          {clean(detail)}")
    status = worst([sample.status for sample in samples])
    return {Status.OK: Exit.OK, Status.FAILING: Exit.FAILED, Status.UNKNOWN: Exit.UNKNOWN}[status]


async def _watch(probes: Sequence[Probe], as_json: bool, place: "Place | None", canaries: Sequence[str]) -> None:
    from warroom.console.domain.watch.verdict import Health
    from warroom.console.monitor.own_network import OwnNetwork
    from warroom.console.monitor.readers import Readers
    from warroom.console.monitor.scheduler import Watcher
    from warroom.console.session import utc_now

    kinds = {probe.name: probe.kind for probe in probes}

    def show(sample: Sample, health: Health) -> None:
        click.echo(_json_line(sample, kinds[sample.probe]) if as_json else _line(sample))

    def changed(before: Health, after: Health, sample: Sample) -> None:
        if not as_json:
            click.echo(clean(f"{sample.probe}: {before.status} is now {after.status}"), err=True)

    async with Readers(utc_now, place=place) as readers:
        await Watcher(probes, readers, show, changed, network=OwnNetwork(probes, canaries)).run()


def _json_line(sample: Sample, kind: str) -> str:
    import json

    from warroom.console.monitor.once import to_json

    return json.dumps(to_json(sample, kind), ensure_ascii=True)


def _line(sample: Sample) -> str:
    latency = "" if sample.latency_ms is None else f"  {sample.latency_ms:.0f} ms"
    value = "" if sample.value is None else f"  {written(sample.value)} {sample.unit}".rstrip()
    said = sample.reason or sample.warning
    reason = f"  {said}" if said else ""
    return clean(f"{sample.at:%H:%M:%S}Z  {sample.status:<8}{sample.probe}{value}{latency}{reason}")
