using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using Sparkplug.Broker.Connections;

namespace SystemTests.Broker.Connections;

/// <summary>Gives each connection an owner and checks that all of it comes on the loop.</summary>
internal sealed class BenchAcceptor(BrokerLoop loop) : IAcceptor
{
    public ConcurrentQueue<BenchOwner> Owners { get; } = [];

    /// <summary>Set before a client connects: what a packet is answered with; null sends it back.</summary>
    public Action<BenchOwner, byte[]>? OnPacket { get; set; }

    public int Turns { get; private set; }

    public void Accept(Connection connection)
    {
        var owner = new BenchOwner(connection, loop) { OnPacket = OnPacket };
        connection.Owner = owner;
        Owners.Enqueue(owner);
    }

    public int Turn()
    {
        Turns++;
        return -1;
    }

    public int Sent() => -1;
}

/// <summary>Takes packets of a four-byte length and content.</summary>
internal sealed class BenchOwner(Connection connection, BrokerLoop loop) : IConnectionOwner
{
    private int _drained, _ended, _received;

    public Action<BenchOwner, byte[]>? OnPacket { get; init; }

    public Connection Connection => connection;

    public IPEndPoint Remote { get; } = connection.Remote;

    /// <summary>Takes no packet while set, as an owner does that waits for something.</summary>
    public bool IsWaiting { get; set; }

    public int Received => Volatile.Read(ref _received);

    public int DrainedCount => Volatile.Read(ref _drained);

    public int EndedCount => Volatile.Read(ref _ended);

    public ConnectionEnd End { get; private set; }

    /// <summary>Whether something came off the loop or after the end.</summary>
    public bool IsBroken { get; private set; }

    public static byte[] Packet(int size)
    {
        var packet = new byte[4 + size];
        BinaryPrimitives.WriteInt32BigEndian(packet, size);
        for (var i = 0; i < size; i++)
            packet[4 + i] = (byte)(i * 31);
        return packet;
    }

    public int Receive(ReadOnlySpan<byte> bytes, out int needed)
    {
        Check();
        needed = 0;
        var read = 0;
        while (!IsWaiting && bytes.Length - read >= 4)
        {
            var length = 4 + BinaryPrimitives.ReadInt32BigEndian(bytes[read..]);
            if (bytes.Length - read < length)
            {
                needed = length;
                break;
            }

            Handle(bytes.Slice(read, length));
            read += length;
        }

        return read;
    }

    public void Drained()
    {
        Check();
        Interlocked.Increment(ref _drained);
    }

    public void Ended(ConnectionEnd end)
    {
        Check();
        End = end;
        Interlocked.Increment(ref _ended);
    }

    private void Handle(ReadOnlySpan<byte> packet)
    {
        if (OnPacket is { } answer)
            answer(this, packet.ToArray());
        else
        {
            connection.Output.Write(packet);
            connection.Flush();
        }

        Interlocked.Increment(ref _received);
    }

    private void Check() => IsBroken |= !loop.IsCurrent || EndedCount > 0;
}
