using Sparkplug.Host;
using Sparkplug.Metrics;
using Sparkplug.Topics;

namespace HostApp.Commands;

/// <summary>
/// The commands that are remembered: all pending ones and the latest that ended, up to a capacity. Pure: no clock, no lock;
/// each method returns the commands that reached their outcome by it.
/// </summary>
internal sealed class CommandBook(int capacity)
{
    private readonly Dictionary<Guid, Command> _byId = [];
    private readonly Dictionary<CommandTarget, Guid> _pending = [];
    private readonly Queue<Guid> _ended = [];

    /// <summary>How many commands wait for their outcome; at most one for each metric.</summary>
    public int PendingCount => _pending.Count;

    public Command? Find(Guid id) => _byId.GetValueOrDefault(id);

    /// <summary>Takes a new command in; the pending one for the same metric is superseded.</summary>
    /// <returns>False when every remembered command is pending: there is no room.</returns>
    public bool TryIssue(Command command, out IReadOnlyList<Command> ended)
    {
        ended = _pending.TryGetValue(command.Target, out var older) ? Step([older], new CommandInput.Newer(command.IssuedAt)) : [];
        while (_byId.Count >= capacity && _ended.TryDequeue(out var oldest)) _byId.Remove(oldest);
        if (_byId.Count >= capacity) return false;
        _byId.Add(command.Id, command);
        _pending.Add(command.Target, command.Id);
        return true;
    }

    /// <summary>An answer came from a device, or from a node for itself or a device of it; it counts only for a command that was sent there.</summary>
    public IReadOnlyList<Command> Answer(EdgeNodeDescriptor edgeNode, string? deviceId, CommandResult result, Timestamp now) =>
        Find(result.Id) is { Target: var target } command && target.EdgeNode == edgeNode && target.Metric == result.Metric
        && (deviceId is null || target.DeviceId == deviceId)
            ? Step([command.Id], new CommandInput.Answered(result, now))
            : [];

    /// <summary>A metric was reported.</summary>
    public IReadOnlyList<Command> Report(CommandTarget target, MetricValue value, Timestamp now) =>
        _pending.TryGetValue(target, out var id) ? Step([id], new CommandInput.Reported(value, now)) : [];

    /// <summary>A node, or one device of it, was born.</summary>
    public IReadOnlyList<Command> Reborn(EdgeNodeDescriptor edgeNode, string? deviceId, Timestamp now) =>
        Step(PendingOf(edgeNode, target => target.DeviceId == deviceId), new CommandInput.Reborn(now));

    /// <summary>A node with all its devices, or one device, went offline.</summary>
    public IReadOnlyList<Command> WentOffline(EdgeNodeDescriptor edgeNode, string? deviceId, OfflineReason reason, Timestamp now) =>
        Step(PendingOf(edgeNode, target => deviceId is null || target.DeviceId == deviceId), new CommandInput.WentOffline(reason, now));

    /// <summary>A command could not be sent.</summary>
    public IReadOnlyList<Command> NotSent(Guid id, string reason, Timestamp now) => Step([id], new CommandInput.NotSent(reason, now));

    /// <summary>Time has passed.</summary>
    public IReadOnlyList<Command> Tick(Timestamp now) =>
        Step([.. _pending.Values.Where(id => _byId[id].Deadline <= now)], new CommandInput.Tick(now));

    private Guid[] PendingOf(EdgeNodeDescriptor edgeNode, Func<CommandTarget, bool> matches) =>
        [.. _pending.Where(pair => pair.Key.EdgeNode == edgeNode && matches(pair.Key)).Select(pair => pair.Value)];

    private List<Command> Step(IReadOnlyList<Guid> ids, CommandInput input)
    {
        var ended = new List<Command>();
        foreach (var id in ids)
        {
            var before = _byId[id];
            var after = before.Step(input);
            _byId[id] = after;
            if (before.IsFinal || !after.IsFinal) continue;
            _pending.Remove(after.Target);
            _ended.Enqueue(id);
            ended.Add(after);
        }
        return ended;
    }
}
