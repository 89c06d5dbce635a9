namespace SystemTests.Support;

/// <summary>Tests that run by the real clock stand in this collection: one at a time, beside nothing else.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class RealClock
{
    /// <summary>The collection's name.</summary>
    public const string Name = "by the real clock";
}
