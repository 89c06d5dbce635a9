namespace Sparkplug.Broker.Connections;

/// <summary>A plain TCP connection: bytes go from the kernel to the owner and back without a buffer in between.</summary>
internal sealed class TcpConnection(BrokerLoop loop, int descriptor, ConnectionQuota quota) : SocketConnection(loop, descriptor, quota)
{
    private PartialPacket _partial;

    protected override void Read()
    {
        var count = Native.Receive(Descriptor, _partial.Room(Loop.Input).Span);
        if (count > 0)
            _partial.Received(Loop.Input, count, Owner!);
        else
            ReadFailed(count);
    }

    protected override void ShowRest()
    {
        if (_partial.HasMoreToShow)
            _partial.ShowAgain(Owner!);
    }

    protected override bool TrySend() => TrySend(Output);

    protected override void Release() => _partial.Clear();
}
