using Microsoft.AspNetCore.Http;

namespace Sparkplug.Broker.Administration;

/// <summary>How much one answer tells: the loop serves clients in between.</summary>
internal static class Paging
{
    public const int Default = 100;

    public const int Most = 1_000;

    /// <summary>What is wrong with a <c>limit</c>, or null.</summary>
    public static IResult? Fault(int? limit) => limit is null or (>= 1 and <= Most) ? null : Problem.BadRequest($"limit must be from 1 to {Most}.");
}
