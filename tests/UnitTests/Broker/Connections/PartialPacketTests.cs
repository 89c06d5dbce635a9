using System.Buffers.Binary;
using CsCheck;
using Sparkplug.Broker.Connections;

namespace UnitTests.Broker.Connections;

public sealed class PartialPacketTests
{
    private const int SharedSize = 16 * 1024;

    private readonly byte[] _shared = new byte[SharedSize];

    [Fact]
    public void Packets_arrive_whole_and_in_order_however_the_stream_is_cut() =>
        Gen.Select(Gen.Int[0, 9000].Array[1, 12], Gen.Int[1, 6000].Array[1, 20]).Sample((sizes, cuts) =>
        {
            var stream = sizes.SelectMany((size, index) => Packet(size, (byte)index)).ToArray();
            var owner = new Packets();
            Feed(stream, cuts, owner);
            return owner.Sizes.SequenceEqual(sizes);
        });

    [Fact]
    public void A_packet_that_comes_byte_by_byte_is_shown_a_few_times_only()
    {
        var owner = new Packets();
        Feed(Packet(8000, 0), [1], owner);
        Assert.Equal([8000], owner.Sizes);
        Assert.InRange(owner.Calls, 1, 6); // the bytes of the length, then the whole
    }

    [Fact]
    public void The_block_grows_with_what_came_and_not_with_what_was_promised()
    {
        var partial = new PartialPacket();
        var owner = new Packets();
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, 256 * 1024 * 1024);
        length.CopyTo(partial.Room(_shared));
        partial.Received(_shared, 4, owner);
        for (var came = 0; came < 100_000; came += 1000)
        {
            var room = partial.Room(_shared);
            Assert.InRange(room.Length, 1, 512 * 1024);
            partial.Received(_shared, Math.Min(1000, room.Length), owner);
        }

        partial.Clear();
        Assert.False(partial.HasMoreToShow);
    }

    [Fact]
    public void What_an_owner_leaves_is_shown_again()
    {
        var partial = new PartialPacket();
        var owner = new Packets { StopAfter = 1 };
        byte[] stream = [.. Packet(10, 0), .. Packet(20, 1), 0];
        stream.CopyTo(partial.Room(_shared));
        partial.Received(_shared, stream.Length, owner);
        Assert.Equal([10], owner.Sizes);
        Assert.True(partial.HasMoreToShow);

        owner.StopAfter = int.MaxValue;
        partial.ShowAgain(owner);
        Assert.Equal([10, 20], owner.Sizes);
    }

    private static void Feed(byte[] stream, int[] cuts, Packets owner)
    {
        var shared = new byte[SharedSize];
        var partial = new PartialPacket();
        for (int at = 0, i = 0; at < stream.Length; i++)
        {
            var room = partial.Room(shared);
            var count = Math.Min(Math.Min(cuts[i % cuts.Length], room.Length), stream.Length - at);
            stream.AsMemory(at, count).CopyTo(room);
            partial.Received(shared, count, owner);
            Array.Fill(shared, (byte)0xEE); // another connection's bytes
            at += count;
        }

        partial.Clear();
    }

    private static byte[] Packet(int size, byte content)
    {
        var packet = new byte[4 + size];
        BinaryPrimitives.WriteInt32BigEndian(packet, size);
        packet.AsSpan(4).Fill(content);
        return packet;
    }

    /// <summary>Takes packets of a length and so many equal bytes.</summary>
    private sealed class Packets : IConnectionOwner
    {
        public List<int> Sizes { get; } = [];

        public int Calls { get; private set; }

        public int StopAfter { get; set; } = int.MaxValue;

        public int Receive(ReadOnlySpan<byte> bytes, out int needed)
        {
            Calls++;
            needed = 0;
            var read = 0;
            while (Sizes.Count < StopAfter && bytes.Length - read >= 4)
            {
                var size = BinaryPrimitives.ReadInt32BigEndian(bytes[read..]);
                if (bytes.Length - read < 4 + size)
                {
                    needed = 4 + size;
                    break;
                }

                Assert.Equal(-1, bytes.Slice(read + 4, size).IndexOfAnyExcept((byte)Sizes.Count));
                Sizes.Add(size);
                read += 4 + size;
            }

            return read;
        }

        public void Drained()
        {
        }

        public void Ended(ConnectionEnd end)
        {
        }
    }
}
