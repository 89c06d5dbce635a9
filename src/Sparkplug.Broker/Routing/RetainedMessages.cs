using System.Runtime.InteropServices;
using System.Text;

namespace Sparkplug.Broker.Routing;

/// <summary>
/// The retained messages, by the levels of their topics (MQTT 5, 3.3.1.3): setting one costs its depth, matching a filter costs what is
/// below its wildcards.
/// </summary>
/// <remarks>Owned by the broker's loop.</remarks>
/// <param name="quota">The most memory they may take, in bytes.</param>
internal sealed class RetainedMessages(long quota)
{
    /// <summary>About what a level takes beside its name.</summary>
    private const int LevelBytes = 96;

    private readonly RetainedLevel _root = new([]);
    private readonly RetainedExpiry _expiry = new();

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>About the memory they take, levels of topics included.</summary>
    public long Bytes { get; private set; }

    /// <summary>The message of a topic, expired or not.</summary>
    public Message? Find(ReadOnlySpan<byte> topicUtf8)
    {
        var level = _root;
        for (var more = true; more && level is not null;)
            level = level.Next(TopicLevels.Next(ref topicUtf8, out more));
        return level?.Message;
    }

    /// <summary>
    /// Keeps a message instead of what its topic had. False when it is too much: for the quota, of which a replaced message gives its part
    /// back, or for the depth of topics.
    /// </summary>
    public bool TrySet(Message message)
    {
        ReadOnlySpan<byte> topic = message.Topic.Utf8;
        if (TopicLevels.Count(topic) > TopicFilter.MaximumDepth)
            return false;
        var growth = SizeOf(message) - (Find(topic) is { } known ? SizeOf(known) : -SizeOfMissing(topic));
        if (growth > 0 && Bytes + growth > quota)
            return false;
        Put(Reach(topic), message);
        if (_expiry.IsCluttered)
            NoteExpiryAnew();
        return true;
    }

    /// <summary>Removes the message of a topic and returns it, or null when there is none.</summary>
    public Message? Remove(ReadOnlySpan<byte> topicUtf8) => Remove(_root, topicUtf8);

    /// <summary>Adds the messages that a new subscription gets; those that have expired are left out (MQTT-3.3.2-5).</summary>
    public void Match(TopicFilter filter, long nowMs, List<Message> into) =>
        Collect(_root, Encoding.UTF8.GetBytes(filter.Inner), new Search(into, nowMs, int.MaxValue));

    /// <summary>The messages that a filter matches, at most so many, expired or not.</summary>
    public IReadOnlyList<Message> Under(TopicFilter filter, int limit)
    {
        var found = new List<Message>();
        Collect(_root, Encoding.UTF8.GetBytes(filter.Inner), new Search(found, long.MinValue, limit));
        return found;
    }

    /// <summary>Removes the messages that a filter matches and adds them to a list: what an NBIRTH voids, for instance.</summary>
    public void TakeUnder(TopicFilter filter, List<Message> into)
    {
        var before = into.Count;
        Collect(_root, Encoding.UTF8.GetBytes(filter.Inner), new Search(into, long.MinValue, int.MaxValue));
        foreach (var message in CollectionsMarshal.AsSpan(into)[before..])
            Remove(message.Topic.Utf8);
    }

    /// <summary>Removes messages that have expired, with little work each time it is called.</summary>
    /// <param name="removed">Gets what was removed.</param>
    /// <param name="atMost">The most topics to look at.</param>
    public void RemoveExpired(long nowMs, List<Message> removed, int atMost)
    {
        for (; atMost > 0 && _expiry.TakeDue(nowMs) is { } topic; atMost--)
        {
            if (Find(topic.Utf8) is { } message && message.ExpiresAt <= nowMs)
            {
                Remove(topic.Utf8);
                removed.Add(message);
            }
        }
    }

    private static int SizeOf(Message message) => message.Size + message.Topic.Utf8.Length;

    private static int SizeOf(ReadOnlySpan<byte> level) => level.Length + LevelBytes;

    private long SizeOfMissing(ReadOnlySpan<byte> topic)
    {
        var size = 0L;
        var level = _root;
        for (var more = true; more;)
        {
            var name = TopicLevels.Next(ref topic, out more);
            level = level?.Next(name);
            size += level is null ? SizeOf(name) : 0;
        }
        return size;
    }

    private RetainedLevel Reach(ReadOnlySpan<byte> topic)
    {
        var level = _root;
        for (var more = true; more;)
        {
            var name = TopicLevels.Next(ref topic, out more);
            var next = level.Next(name);
            if (next is null)
            {
                level.Add(next = new RetainedLevel(name.ToArray()));
                Bytes += SizeOf(name);
            }
            level = next;
        }
        return level;
    }

    private void Put(RetainedLevel level, Message message)
    {
        Clear(level);
        level.Message = message;
        Count++;
        Bytes += SizeOf(message);
        _expiry.Note(message);
    }

    private Message? Clear(RetainedLevel level)
    {
        if (level.Message is not { } message)
            return null;
        level.Message = null;
        Count--;
        Bytes -= SizeOf(message);
        _expiry.Forget(message);
        return message;
    }

    private Message? Remove(RetainedLevel level, ReadOnlySpan<byte> rest)
    {
        var name = TopicLevels.Next(ref rest, out var more);
        if (level.Next(name) is not { } next)
            return null;
        var removed = more ? Remove(next, rest) : Clear(next);
        if (next.IsEmpty)
        {
            level.Remove(next);
            Bytes -= SizeOf(name);
        }
        return removed;
    }

    private void Collect(RetainedLevel level, ReadOnlySpan<byte> filter, Search search)
    {
        var name = TopicLevels.Next(ref filter, out var more);
        if (TopicLevels.IsMultiWildcard(name))
        {
            search.Add(level.Message); // a/# matches a
            CollectAll(level, search);
        }
        else if (TopicLevels.IsSingleWildcard(name))
        {
            foreach (var child in level.Children)
            {
                if (IsOpen(level, child) && !search.IsOver)
                    Enter((RetainedLevel)child!, filter, more, search);
            }
        }
        else if (level.Next(name) is { } next)
        {
            Enter(next, filter, more, search);
        }
    }

    private void Enter(RetainedLevel level, ReadOnlySpan<byte> filter, bool more, Search search)
    {
        if (more)
            Collect(level, filter, search);
        else
            search.Add(level.Message);
    }

    private void CollectAll(RetainedLevel level, Search search)
    {
        foreach (var child in level.Children)
        {
            if (!IsOpen(level, child) || search.IsOver)
                continue;
            search.Add(((RetainedLevel)child!).Message);
            CollectAll((RetainedLevel)child, search);
        }
    }

    /// <summary>Whether a wildcard matches this child, if there is one: on the first level it does not match <c>$</c> (MQTT-4.7.2-1).</summary>
    private bool IsOpen(RetainedLevel parent, Named? child) => child is not null && !(parent == _root && TopicLevels.IsReserved(child.Name));

    private void NoteExpiryAnew()
    {
        var all = new List<Message>(Count);
        foreach (var child in _root.Children)
        {
            if (child is RetainedLevel level)
            {
                var search = new Search(all, long.MinValue, int.MaxValue);
                search.Add(level.Message);
                CollectAll(level, search);
            }
        }
        _expiry.Clear();
        foreach (var message in all)
            _expiry.Note(message);
    }

    /// <param name="Into">Where to put what is found.</param>
    /// <param name="NowMs">Leaves out what has expired by then.</param>
    /// <param name="Limit">Stops when so many are there.</param>
    private readonly record struct Search(List<Message> Into, long NowMs, int Limit)
    {
        public bool IsOver => Into.Count >= Limit;

        public void Add(Message? message)
        {
            if (message is not null && message.ExpiresAt > NowMs && !IsOver)
                Into.Add(message);
        }
    }
}
