namespace Sparkplug.Broker.Routing;

/// <summary>What is looked up by a name in UTF-8. The hash is kept, so that most names that differ are told apart without reading them.</summary>
internal abstract class Named(byte[] name)
{
    private readonly int _hash = Utf8Hash.Of(name);

    /// <summary>The name; never written to.</summary>
    public byte[] Name => name;

    /// <summary><see cref="Utf8Hash"/> of the name.</summary>
    public int Hash => _hash;

    public bool IsCalled(ReadOnlySpan<byte> other, int hash) => hash == _hash && other.SequenceEqual(name);
}
