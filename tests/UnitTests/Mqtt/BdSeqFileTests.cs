using Microsoft.Extensions.Logging.Abstractions;
using Sparkplug.Metrics;
using Sparkplug.Mqtt;

namespace UnitTests.Mqtt;

public sealed class BdSeqFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("bdseq").FullName;

    private string File => Path.Combine(_folder, "state", "bdSeq");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Without_a_file_there_is_no_number() => Assert.Null(Open().Read());

    [Fact]
    public void Every_number_comes_back_after_a_restart()
    {
        for (var number = 0; number <= 255; number++)
        {
            Open().Write(new BdSeq((byte)number));
            Assert.Equal(new BdSeq((byte)number), Open().Read());
        }
    }

    [Fact]
    public void A_write_that_was_killed_halfway_leaves_the_old_number_and_does_not_disturb_the_next()
    {
        Open().Write(new BdSeq(41));
        System.IO.File.WriteAllText(File + ".new", "4");
        Assert.Equal(new BdSeq(41), Open().Read());
        Open().Write(new BdSeq(42));
        Assert.Equal(new BdSeq(42), Open().Read());
        Assert.Equal([File], Directory.GetFiles(Path.GetDirectoryName(File)!));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("4")]
    [InlineData("256\n")]
    [InlineData("-1\n")]
    [InlineData("+1\n")]
    [InlineData(" 1\n")]
    [InlineData("12\r\n")]
    [InlineData("12\n\n")]
    [InlineData("x\n")]
    [InlineData("\0\0\0\0")]
    [InlineData("00000000012\n")]
    public void A_damaged_file_counts_as_none_and_can_be_written_again(string content)
    {
        Open().Write(new BdSeq(7));
        System.IO.File.WriteAllText(File, content);
        Assert.Null(Open().Read());
        Open().Write(new BdSeq(0));
        Assert.Equal(new BdSeq(0), Open().Read());
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_an_error_of_its_own_kind()
    {
        System.IO.File.WriteAllText(Path.Combine(_folder, "state"), "a file where the folder should be");
        Assert.ThrowsAny<IOException>(() => Open().Write(new BdSeq(1)));
    }

    private BdSeqFile Open() => new(File, NullLogger.Instance);
}
