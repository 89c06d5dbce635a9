using Sparkplug.Broker.Routing;

namespace Sparkplug.Broker.Storage;

/// <summary>
/// How many queues each message is in: it is stored with the first and removed with the last. Knows what of that the disk lacks.
/// </summary>
internal sealed class MessageReferences
{
    private readonly Dictionary<long, StoredMessage> _messages = [];
    private readonly HashSet<StoredMessage> _changed = [];

    /// <summary>Those whose row is to be written or removed.</summary>
    public IReadOnlyCollection<StoredMessage> Changed => _changed;

    /// <summary>About the bytes that wait to be written.</summary>
    public long Size { get; private set; }

    /// <summary>The message is in one more queue.</summary>
    public void Add(Message message)
    {
        var stored = Get(message.Id);
        if (++stored.Count > 1)
            return;
        if (stored.IsOnDisk)
        {
            _changed.Remove(stored);
            return;
        }

        stored.Message = message;
        Size += SizeOf(message);
        _changed.Add(stored);
    }

    /// <summary>The message is in one queue less.</summary>
    public void Remove(long id)
    {
        var stored = _messages[id];
        if (--stored.Count > 0)
            return;
        if (stored.IsOnDisk)
        {
            _changed.Add(stored);
            return;
        }

        _messages.Remove(id);
        _changed.Remove(stored);
        Forget(stored);
    }

    /// <summary>A queue on the disk has the message, which is there as well.</summary>
    public void Restore(long id)
    {
        var stored = Get(id);
        stored.Count++;
        stored.IsOnDisk = true;
    }

    /// <summary>What <see cref="Changed"/> says is on the disk now.</summary>
    public void Written()
    {
        foreach (var stored in _changed)
        {
            Forget(stored);
            stored.IsOnDisk = stored.Count > 0;
            if (!stored.IsOnDisk)
                _messages.Remove(stored.Id);
        }

        _changed.Empty();
    }

    private StoredMessage Get(long id)
    {
        if (_messages.TryGetValue(id, out var stored))
            return stored;
        stored = new StoredMessage(id);
        _messages.Add(id, stored);
        return stored;
    }

    private void Forget(StoredMessage stored)
    {
        if (stored.Message is { } message)
            Size -= SizeOf(message);
        stored.Message = null;
    }

    private static long SizeOf(Message message) => message.Size + message.Topic.Utf8.Length;

    /// <summary>A message and the number of queues that it is in.</summary>
    internal sealed class StoredMessage(long id)
    {
        public long Id { get; } = id;

        public int Count { get; set; }

        public bool IsOnDisk { get; set; }

        /// <summary>The message itself, until it is on the disk.</summary>
        public Message? Message { get; set; }
    }
}
