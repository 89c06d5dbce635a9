namespace Sparkplug.Broker.Connections;

/// <summary>A plain TCP connection: bytes go from the kernel to the owner and back without a buffer in between.</summary>
internal sealed class TcpConnection(BrokerLoop loop, int descriptor, ConnectionQuota quota) : SocketConnection(loop, descriptor, quota)
{
    private PartialPacket _partial;

    protected override bool Read()
    {
        var room = _partial.Room(Loop.Input);
        var count = Native.Receive(Descriptor, room.Span);
        if (count > 0)
            _partial.Received(Loop.Input, count, Owner!);
        else
            ReadFailed(count);
        return count == room.Length;
    }

    protected override void ShowRest()
    {
        if (_partial.HasMoreToShow)
            _partial.ShowAgain(Owner!);
    }

    protected override bool TrySend() => TrySend(Output);

    protected override void Release() => _partial.Clear();
}
