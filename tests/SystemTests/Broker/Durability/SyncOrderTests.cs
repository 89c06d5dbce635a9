using Sparkplug.Broker.Packets;

namespace SystemTests.Broker.Durability;

/// <summary>The trace reader finds an acknowledgement that leaves too early, however that comes about.</summary>
public sealed class SyncOrderTests
{
    /// <summary>
    /// A PUBLISH of <c>kept-0001</c> at QoS 1, the write of it, its sync, its PUBACK; the socket's thread is 9, the store's is 7.
    /// </summary>
    private static readonly Dictionary<char, string> Lines = new()
    {
        ['R'] = """9     recvfrom(158<TCP:[127.0.0.1:1883->127.0.0.1:40000]>, "\x32\x0e\x00\x01\x74\x00\x01\x6b\x65\x70\x74\x2d\x30\x30\x30\x31", 262144, 0, NULL, NULL) = 16""",
        ['W'] = """7     pwrite64(136</data/broker.db-wal>, "\x0d\x00\x6b\x65\x70\x74\x2d\x30\x30\x30\x31\x00", 12, 4120 <unfinished ...>""",
        ['w'] = """7     <... pwrite64 resumed>)           = 12""",
        ['F'] = """7     fdatasync(136</data/broker.db-wal> <unfinished ...>""",
        ['f'] = """7     <... fdatasync resumed>)          = 0""",
        ['S'] = """9     sendto(158<TCP:[127.0.0.1:1883->127.0.0.1:40000]>, "\x40\x02\x00\x01", 4, MSG_NOSIGNAL, NULL, 0) = 4""",
        ['a'] = """9     sendto(158<TCP:[127.0.0.1:1883->127.0.0.1:40000]>, "\x40\x02\x00\x01", 4, MSG_NOSIGNAL, NULL, 0 <unfinished ...>""",
        ['s'] = """9     <... sendto resumed>)             = 4""",
        ['e'] = """7     <... fdatasync resumed>)          = -1 EIO (Input/output error)""",
        ['o'] = """7     fdatasync(135</data/broker.db>) = 0""",
        ['n'] = """8     fdatasync(136</data/broker.db-wal>) = 0""",
    };

    [Theory]
    [InlineData("RWwFfS", "right")]
    [InlineData("RnWwFfS", "right")] // the sync of an earlier change
    [InlineData("RWwFfas", "right")]
    [InlineData("RSWwFf", "before it was written")]
    [InlineData("RWSwFf", "before the sync")]
    [InlineData("RWwSFf", "before the sync")]
    [InlineData("RWwFSf", "before the sync")]
    [InlineData("RWwFafs", "before the sync")]
    [InlineData("RWnwS", "before the sync")] // it began while the write was on its way
    [InlineData("RWwFeS", "before the sync")]
    [InlineData("RWwoS", "before the sync")]
    [InlineData("RnS", "before it was written")]
    [InlineData("WwRFfS", "before it was written")] // somebody else's
    public void A_PUBACK_is_right_only_behind_the_sync_of_its_message(string order, string verdict)
    {
        var found = SyncOrder.Of(order.Select(line => Lines[line]));
        Assert.Equal([PacketType.Puback], found.Kept);
        if (verdict == "right")
            Assert.Empty(found.Faults);
        else
            Assert.Contains(verdict, Assert.Single(found.Faults), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("RWwFfD", true)]
    [InlineData("RWwDFf", false)]
    public void A_message_that_is_kept_is_delivered_behind_its_sync(string order, bool isRight)
    {
        var delivery = Lines['R'].Replace("recvfrom(158", "sendto(159", StringComparison.Ordinal).Replace("40000", "40001", StringComparison.Ordinal);
        var found = SyncOrder.Of(order.Select(line => line == 'D' ? delivery : Lines[line]));
        Assert.Equal((1, isRight), (found.Delivered, found.Faults.Count == 0));
    }

    [Fact]
    public void Connections_are_told_apart()
    {
        var other = Lines['S'].Replace("40000", "40001", StringComparison.Ordinal);
        Assert.Empty(SyncOrder.Of([Lines['R'], other]).Kept);
        Assert.Empty(SyncOrder.Of([Lines['R'], other, Lines['W'], Lines['w'], Lines['n'], Lines['S']]).Faults);
    }

    [Theory]
    [InlineData("RS", true)]
    [InlineData("nRSn", true)]
    [InlineData("RnS", false)]
    public void What_promises_nothing_is_right_only_without_a_sync(string order, bool isRight)
    {
        var found = SyncOrder.Of(order.Select(line => Lines[line].Replace(@"\x6b\x65\x70\x74", @"\x66\x72\x65\x65", StringComparison.Ordinal)));
        Assert.Equal([PacketType.Puback], found.Free);
        Assert.Equal(isRight, found.Faults.Count == 0);
    }

    [Fact]
    public void A_release_needs_a_write_and_a_sync_of_its_own()
    {
        const string Socket = "158<TCP:[127.0.0.1:1883->127.0.0.1:40000]>";
        string[] received =
        [
            Lines['R'].Replace(@"""\x32", @"""\x34", StringComparison.Ordinal), Lines['W'], Lines['w'], Lines['F'], Lines['f'],
            $"""9     sendto({Socket}, "\x50\x02\x00\x01", 4, MSG_NOSIGNAL, NULL, 0) = 4""",
            $"""9     recvfrom({Socket}, "\x62\x02\x00\x01", 262144, 0, NULL, NULL) = 4""",
        ];
        var answer = $"""9     sendto({Socket}, "\x70\x02\x00\x01", 4, MSG_NOSIGNAL, NULL, 0) = 4""";
        Assert.Empty(SyncOrder.Of([.. received, Lines['W'], Lines['w'], Lines['F'], Lines['f'], answer]).Faults);
        Assert.Single(SyncOrder.Of([.. received, answer]).Faults);
        Assert.Single(SyncOrder.Of([.. received, Lines['W'], Lines['w'], Lines['F'], answer, Lines['f']]).Faults);
    }
}
