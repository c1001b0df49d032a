"""A data lake: land, clean, catalogue, query."""

from diagrams.aws.analytics import Athena, Glue, GlueDataCatalog, LakeFormation, Redshift

from desenho import Diagram, Flow, Text
from desenho.aws import S3, Cloud, Region, User

with Diagram(Text("Lago de dados", en="Data lake"), filename="data_lake"):
    sources = User(Text("Sistemas de origem", en="Source systems"))
    with Cloud(id="cloud"), Region("sa-east-1", id="region"):
        raw = S3(Text("Dados brutos", en="Raw"))
        clean = Glue("AWS Glue")
        curated = S3(Text("Dados curados", en="Curated"))
        catalogue = GlueDataCatalog("Glue Data Catalog")
        access = LakeFormation("AWS Lake Formation")
        query = Athena("Amazon Athena")
        warehouse = Redshift("Amazon Redshift")

    sources >> Flow(1, Text("envia", en="sends")) >> raw
    raw >> Flow(2) >> clean
    clean >> Flow(3, "Parquet") >> curated
    clean >> Flow(4, Text("esquemas", en="schemas")) >> catalogue
    access >> Flow(5, Text("quem vê o quê", en="who sees what")) >> catalogue
    query >> Flow(6, "SQL") >> curated
    warehouse >> Flow(7, Text("tabelas externas", en="external tables")) >> curated
