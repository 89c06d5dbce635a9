using SystemTests.Support;

namespace SystemTests.Avr;

/// <summary>The document's examples are what both ends are built from: they must be right themselves.</summary>
public sealed class SerialLinkDocumentTests
{
    private static readonly IReadOnlyList<string> Examples = [.. File
        .ReadLines(Repository.PathOf("docs", "serial-link.md"))
        .Where(line => line.StartsWith("> ", StringComparison.Ordinal) || line.StartsWith("< ", StringComparison.Ordinal))
        .Select(line => line[2..])];

    [Fact]
    public void Every_example_carries_its_CRC()
    {
        Assert.Equal("29B1", Wire.Crc("123456789"));
        Assert.True(Examples.Count > 15);
        Assert.All(Examples, line => Assert.True(new WireLine(line).IsFrame, line));
    }

    [Fact]
    public void The_checksum_of_the_example_is_that_of_its_tags()
    {
        IEnumerable<string> tags = Examples.Select(line => new WireLine(line)).Where(line => line.Verb == "TAG").Select(line => line.Fields + "\n");
        Assert.Equal(Wire.Crc(string.Concat(tags)), new WireLine(Examples.Single(line => line.StartsWith("END ", StringComparison.Ordinal)))["check"]);
    }
}
