using Fuzz;
using UnitTests.Architecture;

namespace UnitTests.Broker.Packets;

/// <summary>Replays what the fuzzer kept: inputs that together cover what it has found of the reader (tests/Fuzz/fuzz).</summary>
public sealed class FuzzCorpusTests
{
    [Fact]
    public void Every_input_of_the_corpus_is_read_or_a_violation()
    {
        var files = Directory.GetFiles(Path.Combine(SourceFiles.Root, "tests", "Fuzz", "corpus", "packets"));
        Assert.True(files.Length >= 100, $"only {files.Length} inputs");
        foreach (var file in files)
            Assert.Null(Record.Exception(() => PacketTarget.Run(File.ReadAllBytes(file))));
    }
}
