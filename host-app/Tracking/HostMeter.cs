using System.Diagnostics.Metrics;
using HostApp.Commands;
using Sparkplug.Host;

namespace HostApp.Tracking;

/// <summary>What the host application counts; <c>/metrics</c> shows it.</summary>
internal sealed class HostMeter
{
    /// <summary>The meter's name.</summary>
    public const string Name = "HostApp";

    private readonly Counter<long> _values;
    private readonly Counter<long> _births;
    private readonly Counter<long> _deaths;
    private readonly Counter<long> _faults;
    private readonly Counter<long> _rebirths;
    private readonly Counter<long> _commands;
    private readonly Counter<long> _malformedResults;
    private readonly Histogram<double> _commandTimes;
    private long _nodesOnline;
    private long _devicesOnline;

    public HostMeter(IMeterFactory factory)
    {
        var meter = factory.Create(Name);
        _values = meter.CreateCounter<long>("sparkplug.host.values", description: "Values received, in births and data.");
        _births = meter.CreateCounter<long>("sparkplug.host.births", description: "Births of nodes and devices.");
        _deaths = meter.CreateCounter<long>("sparkplug.host.deaths", description: "Nodes and devices that went offline, by reason.");
        _faults = meter.CreateCounter<long>("sparkplug.host.faults", description: "Messages, or parts of them, that were ignored, by kind.");
        _rebirths = meter.CreateCounter<long>("sparkplug.host.rebirth_requests", description: "Rebirths asked for, by reason.");
        _commands = meter.CreateCounter<long>("sparkplug.host.commands", description: "Commands that ended, by outcome.");
        _malformedResults = meter.CreateCounter<long>("sparkplug.host.malformed_results", description: "Rows of Command/Result that made no sense.");
        _commandTimes = meter.CreateHistogram<double>("sparkplug.host.command_time", "s", "Time from a command to its confirmation.");
        ObserveFleet(meter);
        meter.CreateObservableGauge("sparkplug.host.nodes_online", () => Interlocked.Read(ref _nodesOnline), description: "Edge nodes online.");
        meter.CreateObservableGauge("sparkplug.host.devices_online", () => Interlocked.Read(ref _devicesOnline), description: "Devices online.");
    }

    /// <summary>What the fleet had counted when it was last asked.</summary>
    public FleetFigures Fleet { get; set; } = FleetFigures.None;

    public void Value() => _values.Add(1);

    public void NodeBorn() => _births.Add(1, KeyValuePair.Create("of", (object?)"node"));

    public void DeviceBorn() => _births.Add(1, KeyValuePair.Create("of", (object?)"device"));

    public void NodeDied(OfflineReason reason) => _deaths.Add(1, KeyValuePair.Create("of", (object?)"node"), KeyValuePair.Create("reason", (object?)reason.ToString()));

    public void DeviceDied(OfflineReason reason) => _deaths.Add(1, KeyValuePair.Create("of", (object?)"device"), KeyValuePair.Create("reason", (object?)reason.ToString()));

    public void Fault(NodeFault fault) => _faults.Add(1, KeyValuePair.Create("kind", (object?)fault.ToString()));

    public void Rebirth(RebirthReason reason) => _rebirths.Add(1, KeyValuePair.Create("reason", (object?)reason.ToString()));

    public void MalformedResults(int count) => _malformedResults.Add(count);

    public void Online(long nodes, long devices)
    {
        Interlocked.Exchange(ref _nodesOnline, nodes);
        Interlocked.Exchange(ref _devicesOnline, devices);
    }

    private void ObserveFleet(Meter meter)
    {
        meter.CreateObservableCounter("sparkplug.host.messages", () => Fleet.Messages, description: "Messages received.");
        meter.CreateObservableCounter("sparkplug.host.ignored", Ignored, description: "Messages that belong to no edge node's state, by kind.");
    }

    private IEnumerable<Measurement<long>> Ignored()
    {
        var fleet = Fleet;
        return
        [
            Of("UnparsableTopic", fleet.UnparsableTopics), Of("MalformedState", fleet.MalformedStates), Of("HostRefused", fleet.HostsRefused),
            Of("NodeRefused", fleet.NodesRefused), Of("UnknownDeath", fleet.UnknownDeaths),
        ];

        static Measurement<long> Of(string kind, long count) => new(count, KeyValuePair.Create("kind", (object?)kind));
    }

    public void CommandEnded(Command command)
    {
        _commands.Add(1, KeyValuePair.Create("outcome", (object?)command.State.ToString()));
        if (command is { State: CommandState.Confirmed, EndedAt: { } ended })
            _commandTimes.Record(((double)ended.Milliseconds - command.IssuedAt.Milliseconds) / 1000);
    }
}
