using System.Text;
using System.Text.RegularExpressions;
using Sparkplug.Broker.Packets;

namespace SystemTests.Broker.Durability;

/// <summary>
/// Reads in a trace whether each acknowledgement that promises something durable left after the sync of what it promises. What a test
/// sends has a mark: <c>kept-0001</c> is to be on the disk first, and so is the release of a QoS 2 message of that kind; what is marked
/// <c>free-0001</c> is to wait for no disk. Pure.
/// </summary>
internal sealed partial class SyncOrder
{
    private const string Log = "broker.db-wal";

    private readonly List<SystemCall> _writes, _syncs;
    private readonly Dictionary<(string Socket, PacketType Type, ushort PacketId), Request> _requests = [];
    private readonly Dictionary<string, Request> _published = [];

    private SyncOrder(List<SystemCall> calls)
    {
        _writes = [.. calls.Where(call => call.Name is "pwrite64" or "write" or "writev" or "pwritev" && call.Target.EndsWith(Log, StringComparison.Ordinal))];
        _syncs = [.. calls.Where(call => call.Name is "fsync" or "fdatasync" && call.Target.EndsWith(Log, StringComparison.Ordinal) && call.Result == 0)];
        var streams = new Dictionary<(string, string), PacketBytes>();
        foreach (var call in calls.Where(call => call.Name is "recvfrom" or "sendto" && call.Result > 0))
        {
            if (!streams.TryGetValue((call.Target, call.Name), out var stream))
                streams.Add((call.Target, call.Name), stream = new PacketBytes());
            foreach (var packet in stream.Add(call.Bytes))
                Take(call, packet);
        }
    }

    /// <summary>What is wrong.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>The acknowledgements of what is to be kept.</summary>
    public List<PacketType> Kept { get; } = [];

    /// <summary>The acknowledgements and deliveries of what waits for no disk.</summary>
    public List<PacketType> Free { get; } = [];

    /// <summary>How many messages that are to be kept were delivered: each only when the disk knew of it, so that it can carry DUP later.</summary>
    public int Delivered { get; private set; }

    /// <summary>The syncs of the store's log.</summary>
    public int Syncs => _syncs.Count;

    /// <summary>Looks through a trace.</summary>
    public static SyncOrder Of(IEnumerable<string> trace) => new(SystemCall.ReadAll(trace));

    private void Take(SystemCall call, byte[] packet)
    {
        var type = (PacketType)(packet[0] >> 4);
        if (call.Name == "recvfrom")
            TakeRequest(call, type, packet);
        else if (type == PacketType.Publish)
            TakeDelivery(call, packet);
        else if (RequestOf(type) is { } requestType && _requests.Remove((call.Target, requestType, PacketBytes.PacketId(packet)), out var request))
            TakeAnswer(call, type, PacketBytes.PacketId(packet), request);
    }

    private void TakeRequest(SystemCall call, PacketType type, byte[] packet)
    {
        if (type is not (PacketType.Publish or PacketType.Pubrel or PacketType.Subscribe or PacketType.Unsubscribe))
            return;
        var mark = Mark().Match(Encoding.Latin1.GetString(packet)).Value;
        var packetId = PacketBytes.PacketId(packet);
        if (type == PacketType.Pubrel)
            mark = _requests.Remove((call.Target, PacketType.Pubrec, packetId), out var publish) ? publish.Mark : "";
        var request = new Request(call, mark);
        if (packetId > 0)
            _requests[(call.Target, type, packetId)] = request;
        if (type == PacketType.Publish && (packetId == 0 || mark.StartsWith("kept", StringComparison.Ordinal)))
            _published[mark] = request;
    }

    /// <summary>QoS 0 has no other answer.</summary>
    private void TakeDelivery(SystemCall call, byte[] packet)
    {
        if (!_published.TryGetValue(Mark().Match(Encoding.Latin1.GetString(packet)).Value, out var request))
            return;
        if (request.Mark.StartsWith("kept", StringComparison.Ordinal))
        {
            Delivered++;
            CheckWritten(call, PacketType.Publish, request);
        }
        else
        {
            CheckFree(call, PacketType.Publish, request);
        }
    }

    private void TakeAnswer(SystemCall call, PacketType type, ushort packetId, Request request)
    {
        if (type == PacketType.Pubrec)
            _requests[(call.Target, PacketType.Pubrec, packetId)] = request; // its PUBREL has no mark of its own
        if (request.Mark.StartsWith("free", StringComparison.Ordinal))
            CheckFree(call, type, request);
        else if (request.Mark.Length > 0)
        {
            Kept.Add(type);
            CheckWritten(call, type, request);
        }
    }

    private void CheckWritten(SystemCall answer, PacketType type, Request request)
    {
        var mark = type == PacketType.Pubcomp ? [] : Encoding.UTF8.GetBytes(request.Mark);
        var write = _writes.Find(write => write.Began > request.Call.Returned && write.Bytes.AsSpan().IndexOf(mark) >= 0);
        if (write is null || write.Began > answer.Began)
            Faults.Add($"line {answer.Began}: {type} of {request.Mark} leaves before it was written");
        else if (!_syncs.Exists(sync => sync.Began > write.Returned && sync.Returned < answer.Began))
            Faults.Add($"line {answer.Began}: {type} of {request.Mark} leaves before the sync of what was written on line {write.Began}");
    }

    private void CheckFree(SystemCall answer, PacketType type, Request request)
    {
        Free.Add(type);
        if (_syncs.Find(sync => sync.Began > request.Call.Began && sync.Began < answer.Began) is { } sync)
            Faults.Add($"line {answer.Began}: {type} of {request.Mark}, which promises nothing, leaves after the sync on line {sync.Began}");
    }

    private static PacketType? RequestOf(PacketType answer) => answer switch
    {
        PacketType.Puback or PacketType.Pubrec => PacketType.Publish,
        PacketType.Pubcomp => PacketType.Pubrel,
        PacketType.Suback => PacketType.Subscribe,
        PacketType.Unsuback => PacketType.Unsubscribe,
        _ => null,
    };

    [GeneratedRegex(@"(kept|free)-\d{4}")]
    private static partial Regex Mark();

    private sealed record Request(SystemCall Call, string Mark);
}
