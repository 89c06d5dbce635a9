using HostApp.Configuration;
using HostApp.Streaming;
using HostApp.Tracking;
using Sparkplug.Host;
using Sparkplug.Metrics;
using Sparkplug.Topics;

namespace HostApp.Commands;

/// <summary>The book of commands, open to requests and to the host's loop alike, and the news of what ended.</summary>
internal sealed class CommandDesk(HostConfig config, EventStream stream, HostMeter meter, TimeProvider clock, ILogger<CommandDesk> logger)
{
    private const int Capacity = 10_000;

    private readonly Lock _lock = new();
    private readonly CommandBook _book = new(Capacity);
    private volatile int _pending;

    /// <summary>True while a command waits; the host's loop asks before it says more.</summary>
    public bool HasPending => _pending > 0;

    public Command? Find(Guid id)
    {
        lock (_lock) return _book.Find(id);
    }

    /// <summary>Makes a command and takes it in, before it is sent: no answer can come too early. Null when there is no room.</summary>
    public Command? Issue(CommandTarget target, MetricValue value, CommandProof proof, bool isRepeat)
    {
        var now = Timestamp.Now(clock);
        var command = new Command
        {
            Id = Guid.NewGuid(),
            Target = target,
            Value = value,
            Proof = proof,
            IsRepeat = isRepeat,
            IssuedAt = now,
            Deadline = new Timestamp(now.Milliseconds + (ulong)config.CommandTimeout.TotalMilliseconds),
        };
        var isTaken = false;
        End(() =>
        {
            isTaken = _book.TryIssue(command, out var ended);
            return ended;
        });
        if (isTaken) logger.CommandIssued(command.Id, target);
        return isTaken ? command : null;
    }

    public void Answered(EdgeNodeDescriptor edgeNode, string? deviceId, CommandResult result) => End(() => _book.Answer(edgeNode, deviceId, result, Now));

    public void Reported(CommandTarget target, MetricValue value) => End(() => _book.Report(target, value, Now));

    public void Reborn(EdgeNodeDescriptor edgeNode, string? deviceId) => End(() => _book.Reborn(edgeNode, deviceId, Now));

    public void WentOffline(EdgeNodeDescriptor edgeNode, string? deviceId, OfflineReason reason) => End(() => _book.WentOffline(edgeNode, deviceId, reason, Now));

    public void NotSent(Guid id, string reason) => End(() => _book.NotSent(id, reason, Now));

    public void Tick() => End(() => _book.Tick(Now));

    private Timestamp Now => Timestamp.Now(clock);

    private void End(Func<IReadOnlyList<Command>> step)
    {
        IReadOnlyList<Command> ended;
        lock (_lock)
        {
            ended = step();
            _pending = _book.PendingCount;
        }
        foreach (var command in ended)
        {
            logger.CommandEnded(command.Id, command.Target, command.State, command.Reason?.Shown());
            meter.CommandEnded(command);
            stream.CommandEnded(command);
        }
    }
}
